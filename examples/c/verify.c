/*
 * Checks the signatures of a PDF or XML document and prints the report.
 *
 *     verify FILE ROOT [CRL…]
 *
 * Build:  cc -std=c11 verify.c $(pkg-config --cflags --libs kyso) -o verify
 * The exit status is the verdict: 0 passed, 1 failed, 2 undetermined, 3 no signature, 4 unreadable; 64 wrong usage.
 */
#include "common.h"

/* {"trust": [ROOT], "crl": [CRL…], "lang": "en"} */
static int settings(char *json, size_t size, const char *root, char **crls, int count) {
    const char *end = json + size;
    char *at = json + snprintf(json, size, "{\"lang\":\"en\",\"trust\":[");
    at = json_string(at, end, root);
    if (at == NULL || end - at < 16) return 0;
    at += snprintf(at, (size_t)(end - at), "],\"crl\":[");
    for (int i = 0; i < count; i++) {
        if (i > 0) *at++ = ',';
        at = json_string(at, end, crls[i]);
        if (at == NULL || end - at < 16) return 0;
    }
    snprintf(at, (size_t)(end - at), "]}");
    return 1;
}

int main(int argc, char **argv) {
    char json[8192];
    if (argc < 3 || !settings(json, sizeof json, argv[2], argv + 3, argc - 3)) {
        fprintf(stderr, "usage: verify FILE ROOT [CRL...]\n");
        return 64;
    }
    kyso_context *context = NULL;
    kyso_report *report = NULL;
    kyso_error *error = NULL;
    int result = 64;

    kyso_status status = kyso_context_new(json, strlen(json), &context, &error);
    if (status != KYSO_STATUS_OK) {
        tell("settings", status, error);
        return result;
    }
    status = kyso_verify_file(context, argv[1], strlen(argv[1]), &report, &error);
    if (status != KYSO_STATUS_OK) {
        tell(argv[1], status, error);
        result = KYSO_VERDICT_UNREADABLE;
    } else {
        const char *text = NULL;
        size_t length = 0;
        int32_t verdict = KYSO_VERDICT_UNREADABLE;
        if (kyso_report_json(report, &text, &length) == KYSO_STATUS_OK &&
            kyso_report_verdict(report, &verdict) == KYSO_STATUS_OK) {
            printf("%.*s\n", (int)length, text);
            fprintf(stderr, "kyso %s: %s\n", kyso_version(), verdict == KYSO_VERDICT_PASSED ? "passed" : "NOT passed");
        }
        result = (int)verdict;
    }
    kyso_report_free(report);
    kyso_context_free(context);
    return result;
}
