/*
 * A callback that counts, and one that cancels at every place where it is asked.
 *
 *     progress FOLDER      the folder of `kyso demo`
 */
#include "../../examples/c/common.h"

#include <assert.h>

struct watched {
    int calls;       /* so far */
    int cancel_at;   /* the call that says no; 0 never */
    int seen[5];     /* calls by stage */
    uint64_t last[5];
};

static const char *folder;

static int32_t on_progress(void *user_data, int32_t stage, uint64_t done, uint64_t total) {
    struct watched *watched = user_data;
    assert(stage >= KYSO_STAGE_REPAIRING && stage <= KYSO_STAGE_WRITING && done <= total);
    assert(done >= watched->last[stage] || done == 0);
    watched->last[stage] = done;
    watched->seen[stage]++;
    return ++watched->calls == watched->cancel_at;
}

static void path_of(char *path, size_t size, const char *name) {
    int length = snprintf(path, size, "%s/%s", folder, name);
    assert(length > 0 && (size_t)length < size);
}

static kyso_key *key_of(const char *name) {
    char path[4096];
    static unsigned char bytes[1 << 16];
    path_of(path, sizeof path, name);
    FILE *file = fopen(path, "rb");
    assert(file != NULL);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    kyso_key *key = NULL;
    assert(kyso_key_pkcs12(bytes, length, "kyso-demo", 9, &key, NULL) == KYSO_STATUS_OK);
    return key;
}

int main(int argc, char **argv) {
    assert(argc == 2);
    folder = argv[1];
    char in[4096], out[4096];
    path_of(in, sizeof in, "input.pdf");
    path_of(out, sizeof out, "progress.pdf");
    const char *settings = "{\"number\":\"12/QD\",\"force\":true}";

    kyso_context *plain = NULL, *told = NULL, *silent = NULL;
    kyso_error *error = NULL;
    struct watched watched = {0};
    assert(kyso_context_new(settings, strlen(settings), &plain, &error) == KYSO_STATUS_OK);
    assert(kyso_context_with_progress(NULL, on_progress, &watched, &told, &error) == KYSO_STATUS_NULL);
    kyso_error_free(error);
    assert(kyso_context_with_progress(plain, on_progress, &watched, NULL, NULL) == KYSO_STATUS_NULL);
    assert(told == NULL);
    error = NULL;
    assert(kyso_context_with_progress(plain, on_progress, &watched, &told, &error) == KYSO_STATUS_OK);
    assert(kyso_context_with_progress(told, NULL, NULL, &silent, &error) == KYSO_STATUS_OK);
    /* Each lives on its own. */
    kyso_context_free(plain);

    kyso_key *person = key_of("person.p12"), *organisation = key_of("organisation.p12");
    assert(kyso_sign_six_file(silent, in, strlen(in), out, strlen(out), person, organisation, NULL, 0, &error) == KYSO_STATUS_OK);
    assert(watched.calls == 0);
    assert(kyso_sign_six_file(told, in, strlen(in), out, strlen(out), person, organisation, NULL, 0, &error) == KYSO_STATUS_OK);
    int calls = watched.calls;
    assert(watched.seen[KYSO_STAGE_SIGNING] == 7 && watched.last[KYSO_STAGE_SIGNING] == 6);
    assert(watched.seen[KYSO_STAGE_DIGESTING] >= 2 && watched.seen[KYSO_STAGE_CONFIRMING] >= 2 && watched.seen[KYSO_STAGE_WRITING] >= 2);

    remove(out);
    for (int at = 1; at <= calls; at++) {
        watched = (struct watched){.cancel_at = at};
        error = NULL;
        kyso_status status =
            kyso_sign_six_file(told, in, strlen(in), out, strlen(out), person, organisation, NULL, 0, &error);
        assert(status == KYSO_STATUS_CANCELLED && watched.calls == at);
        const char *code = NULL;
        size_t length = 0;
        assert(kyso_error_code(error, &code, &length) == KYSO_STATUS_OK && strcmp(code, "cancelled") == 0);
        kyso_error_free(error);
        FILE *file = fopen(out, "rb");
        assert(file == NULL && "nothing is left");
    }

    watched = (struct watched){.cancel_at = 1};
    kyso_report *report = NULL;
    int32_t verdict = -1;
    const char *json = NULL;
    size_t length = 0;
    path_of(in, sizeof in, "six.pdf");
    assert(kyso_verify_file(told, in, strlen(in), &report, &error) == KYSO_STATUS_OK);
    assert(kyso_report_verdict(report, &verdict) == KYSO_STATUS_OK && verdict == KYSO_VERDICT_UNREADABLE);
    assert(kyso_report_json(report, &json, &length) == KYSO_STATUS_OK && strstr(json, "\"cancelled\"") != NULL);
    kyso_report_free(report);

    kyso_key_free(person);
    kyso_key_free(organisation);
    kyso_context_free(told);
    kyso_context_free(silent);
    puts("all right");
    return 0;
}
