/*
 * Keys on tokens from C: opened, shared login, a fork. Arguments: URI of the first key, of the second, IN, folder for outputs.
 * The PIN is in KYSO_PIN.
 */
#undef NDEBUG
#define _POSIX_C_SOURCE 200809L
#include <kyso.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static kyso_context *context;
static const char *input, *folder;

static kyso_key *open_key(const char *uri, const char *pin, kyso_status expected, const char *code) {
    kyso_key *key = NULL;
    kyso_error *error = NULL;
    kyso_status status = kyso_key_pkcs11(uri, strlen(uri), pin, pin ? strlen(pin) : 0, &key, &error);
    const char *found = "";
    size_t length = 0;
    if (error) kyso_error_code(error, &found, &length);
    if (status != expected || strcmp(found, code)) {
        fprintf(stderr, "%s: status %d [%s]\n", uri, (int)status, found);
        abort();
    }
    kyso_error_free(error);
    return key;
}

static void sign(kyso_key *person, kyso_key *organisation, const char *name, kyso_status expected, const char *code) {
    char out[4096];
    kyso_error *error = NULL;
    const char *found = "";
    size_t length = 0;
    snprintf(out, sizeof out, "%s/%s", folder, name);
    kyso_status status = kyso_sign_six_file(context, input, strlen(input), out, strlen(out), person, organisation,
                                            "{\"number\":\"1\"}", 14, &error);
    if (error) kyso_error_code(error, &found, &length);
    if (status != expected || strcmp(found, code)) {
        fprintf(stderr, "%s: status %d [%s]\n", name, (int)status, found);
        abort();
    }
    kyso_error_free(error);
}

int main(int argc, char **argv) {
    assert(argc == 5);
    const char *pin = getenv("KYSO_PIN");
    input = argv[3];
    folder = argv[4];
    assert(kyso_context_new(NULL, 0, &context, NULL) == KYSO_STATUS_OK);
    open_key(argv[1], NULL, KYSO_STATUS_PIN, "pin-required");
    open_key("pkcs11:token=x", pin, KYSO_STATUS_ARGUMENT, "pkcs11-module-required");
    kyso_key *person = open_key(argv[1], pin, KYSO_STATUS_OK, "");
    kyso_key *organisation = open_key(argv[2], pin, KYSO_STATUS_OK, "");
    sign(person, organisation, "parent.pdf", KYSO_STATUS_OK, "");

    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        /* What the parent opened is not for the child; what it opens itself is. */
        sign(person, organisation, "none.pdf", KYSO_STATUS_KEY, "token-forked");
        kyso_key *own = open_key(argv[1], pin, KYSO_STATUS_OK, "");
        kyso_key *other = open_key(argv[2], pin, KYSO_STATUS_OK, "");
        sign(own, other, "child.pdf", KYSO_STATUS_OK, "");
        kyso_key_free(own);
        kyso_key_free(other);
        _exit(0);
    }
    int status = -1;
    assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    sign(person, organisation, "again.pdf", KYSO_STATUS_OK, "");
    kyso_key_free(person);
    kyso_key_free(organisation);
    kyso_context_free(context);
    puts("all right");
    return 0;
}
