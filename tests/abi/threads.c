/*
 * Eight threads on one context and one pair of keys, every free on NULL, and every way in which a call can fail.
 *
 *     threads FOLDER      the folder of `kyso demo`
 */
#include "../../examples/c/common.h"

#include <assert.h>
#include <pthread.h>

#define THREADS 8

static kyso_context *context;
static kyso_key *person, *organisation;
static const char *folder;

static void path_of(char *path, size_t size, const char *name) {
    int length = snprintf(path, size, "%s/%s", folder, name);
    assert(length > 0 && (size_t)length < size);
}

static size_t read_file(const char *name, unsigned char *bytes, size_t size) {
    char path[4096];
    path_of(path, sizeof path, name);
    FILE *file = fopen(path, "rb");
    assert(file != NULL);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

static int32_t verdict_of(const char *name) {
    char path[4096];
    path_of(path, sizeof path, name);
    kyso_report *report = NULL;
    kyso_error *error = NULL;
    assert(kyso_verify_file(context, path, strlen(path), &report, &error) == KYSO_STATUS_OK && error == NULL);
    const char *json = NULL, *again = NULL;
    size_t length = 0;
    int32_t verdict = -1;
    assert(kyso_report_verdict(report, &verdict) == KYSO_STATUS_OK);
    assert(kyso_report_json(report, &json, &length) == KYSO_STATUS_OK && strlen(json) == length);
    assert(kyso_report_json(report, &again, &length) == KYSO_STATUS_OK && again == json);
    assert(strstr(json, "\"schema\":\"kyso.report/1\"") != NULL);
    kyso_report_free(report);
    return verdict;
}

static void *work(void *number) {
    char in[4096], out[4096], name[64];
    path_of(in, sizeof in, "input.pdf");
    snprintf(name, sizeof name, "thread-%d.pdf", *(int *)number);
    path_of(out, sizeof out, name);
    kyso_error *error = NULL;
    kyso_status status = kyso_sign_six_file(context, in, strlen(in), out, strlen(out), person, organisation, NULL, 0, &error);
    if (status != KYSO_STATUS_OK) tell("thread", status, error);
    assert(status == KYSO_STATUS_OK);
    assert(verdict_of(name) == KYSO_VERDICT_PASSED);
    assert(verdict_of("tampered.pdf") == KYSO_VERDICT_FAILED);
    remove(out);
    return NULL;
}

/* One more signature on a document, by the settings of the call alone. */
static void one_more(void) {
    char in[4096], out[4096];
    path_of(in, sizeof in, "six.pdf");
    path_of(out, sizeof out, "seven.pdf");
    const char *settings = "{\"role\":\"incoming\",\"lang\":\"en\"}";
    kyso_error *error = NULL;
    kyso_status status =
        kyso_sign_pdf_file(context, in, strlen(in), out, strlen(out), person, settings, strlen(settings), &error);
    if (status != KYSO_STATUS_OK) tell("one more", status, error);
    assert(status == KYSO_STATUS_OK);
    assert(verdict_of("seven.pdf") == KYSO_VERDICT_PASSED);
    remove(out);
}

static void fails(kyso_status status, kyso_status expected, kyso_error *error, const char *code) {
    const char *text = NULL;
    size_t length = 0;
    assert(status == expected && error != NULL);
    assert(kyso_error_code(error, &text, &length) == KYSO_STATUS_OK && strcmp(text, code) == 0);
    assert(kyso_error_message(error, &text, &length) == KYSO_STATUS_OK && length > 0);
    assert(kyso_error_place(error, &text, &length) == KYSO_STATUS_OK);
    kyso_error_free(error);
}

/* The call first, then a look at what it left: the order of arguments is the compiler's business. */
#define FAILS(call, expected, code)         \
    do {                                    \
        kyso_error *error = NULL;           \
        kyso_status status = (call);        \
        fails(status, expected, error, code); \
    } while (0)

static void failures(const unsigned char *p12, size_t length) {
    kyso_report *report = NULL;
    kyso_key *key = NULL;
    char path[4096];
    path_of(path, sizeof path, "six.pdf");
    size_t size = strlen(path);
    FAILS(kyso_verify_file(context, "/nowhere.pdf", 12, &report, &error), KYSO_STATUS_IO, "io-read");
    FAILS(kyso_verify_file(context, "\xff", 1, &report, &error), KYSO_STATUS_UTF8, "utf-8");
    FAILS(kyso_verify_file(NULL, path, size, &report, &error), KYSO_STATUS_NULL, "null");
    FAILS(kyso_key_pkcs12(p12, length, "wrong", 5, &key, &error), KYSO_STATUS_PIN, "password-wrong");
    FAILS(kyso_sign_six_file(context, path, size, path, size, person, organisation, NULL, 0, &error), KYSO_STATUS_REFUSED,
          "output-exists");
    FAILS(kyso_sign_six_file(context, path, size, path, size, person, organisation, "{\"x\":1}", 7, &error),
          KYSO_STATUS_ARGUMENT, "argument");
    FAILS(kyso_sign_pdf_file(context, path, size, path, size, person, NULL, 0, &error), KYSO_STATUS_REFUSED, "output-exists");
    FAILS(kyso_sign_pdf_file(context, path, size, "/tmp/x.pdf", 10, NULL, NULL, 0, &error), KYSO_STATUS_NULL, "null");
    FAILS(kyso_sign_xml_file(context, path, size, "/nowhere/x", 10, person, NULL, 0, &error), KYSO_STATUS_UNREADABLE,
          "xml-not-in-encoding");
    assert(report == NULL && key == NULL);
    assert(kyso_verify_bytes(context, (const uint8_t *)"hello", 5, &report, NULL) == KYSO_STATUS_OK);
    int32_t verdict = -1;
    assert(kyso_report_verdict(report, &verdict) == KYSO_STATUS_OK && verdict == KYSO_VERDICT_UNREADABLE);
    kyso_report_free(report);
}

int main(int argc, char **argv) {
    assert(argc == 2);
    folder = argv[1];
    assert(kyso_abi_version() == KYSO_ABI_VERSION);
    kyso_context_free(NULL);
    kyso_key_free(NULL);
    kyso_report_free(NULL);
    kyso_error_free(NULL);

    char json[16384];
    int used = snprintf(json, sizeof json,
                        "{\"trust\":[\"%s/root.pem\"],\"crl\":[\"%s/root.crl\",\"%s/issuing.crl\"],\"number\":\"1\"}", folder,
                        folder, folder);
    assert(used > 0 && (size_t)used < sizeof json);
    kyso_error *error = NULL;
    assert(kyso_context_new(json, strlen(json), &context, &error) == KYSO_STATUS_OK);
    static unsigned char p12[1 << 16];
    size_t length = read_file("organisation.p12", p12, sizeof p12);
    assert(kyso_key_pkcs12(p12, length, "kyso-demo", 9, &organisation, &error) == KYSO_STATUS_OK);
    length = read_file("person.p12", p12, sizeof p12);
    assert(kyso_key_pkcs12(p12, length, "kyso-demo", 9, &person, &error) == KYSO_STATUS_OK);

    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) assert(pthread_join(threads[i], NULL) == 0);
    one_more();
    failures(p12, length);

    kyso_key_free(person);
    kyso_key_free(organisation);
    kyso_context_free(context);
    puts("all right");
    return 0;
}
