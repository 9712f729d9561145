/*
 * Puts the six signatures of Circular 01/2019 on a PDF.
 *
 *     KYSO_PIN=… six IN OUT PERSON.p12 ORGANISATION.p12 NUMBER
 *     KYSO_PIN=… six IN OUT 'pkcs11:/usr/lib/token.so?token=A&object=P' 'pkcs11:/usr/lib/token.so?token=A&object=O' NUMBER
 *
 * Build:  cc -std=c11 six.c $(pkg-config --cflags --libs kyso) -o six
 * The password comes out of the environment: a command line can be seen by others.
 */
#include "common.h"

/* A file, or a key on a token. */
static kyso_key *open_key(const char *path, const char *password) {
    kyso_key *key = NULL;
    kyso_error *error = NULL;
    if (strncmp(path, "pkcs11:", 7) == 0) {
        kyso_status status = kyso_key_pkcs11(path, strlen(path), password, strlen(password), &key, &error);
        if (status != KYSO_STATUS_OK) tell(path, status, error);
        return key;
    }
    size_t length = 0;
    unsigned char *bytes = read_whole_file(path, &length);
    if (bytes == NULL) {
        perror(path);
        return NULL;
    }
    kyso_status status = kyso_key_pkcs12(bytes, length, password, strlen(password), &key, &error);
    if (status != KYSO_STATUS_OK) tell(path, status, error);
    free(bytes);
    return key;
}

int main(int argc, char **argv) {
    const char *password = getenv("KYSO_PIN");
    if (argc != 6 || password == NULL) {
        fprintf(stderr, "usage: KYSO_PIN=... six IN OUT PERSON.p12 ORGANISATION.p12 NUMBER\n");
        return 64;
    }
    char json[1024] = "{\"number\":";
    char *at = json_string(json + strlen(json), json + sizeof json - 2, argv[5]);
    if (at == NULL) return 64;
    memcpy(at, "}", 2);

    int result = 1;
    kyso_context *context = NULL;
    kyso_error *error = NULL;
    kyso_status status = kyso_context_new("{\"lang\":\"en\"}", 13, &context, &error);
    if (status != KYSO_STATUS_OK) {
        tell("settings", status, error);
        return result;
    }
    kyso_key *person = open_key(argv[3], password);
    kyso_key *organisation = open_key(argv[4], password);
    if (person != NULL && organisation != NULL) {
        status = kyso_sign_six_file(context, argv[1], strlen(argv[1]), argv[2], strlen(argv[2]), person, organisation,
                                    json, strlen(json), &error);
        if (status == KYSO_STATUS_OK) {
            printf("signed: %s\n", argv[2]);
            result = 0;
        } else {
            tell(argv[1], status, error);
        }
    }
    kyso_key_free(organisation);
    kyso_key_free(person);
    kyso_context_free(context);
    return result;
}
