/*
 * Signs an XML document: an e-invoice, a tax return, a health record, an edXML package, or any other.
 *
 *     KYSO_PIN=… xml IN OUT KEY.p12 [SETTINGS]
 *
 * SETTINGS is a JSON object such as {"parent":"NMua","force":true}.
 * Build:  cc -std=c11 xml.c $(pkg-config --cflags --libs kyso) -o xml
 */
#include "common.h"

int main(int argc, char **argv) {
    const char *password = getenv("KYSO_PIN");
    if (argc < 4 || argc > 5 || password == NULL) {
        fprintf(stderr, "usage: KYSO_PIN=... xml IN OUT KEY.p12 [SETTINGS]\n");
        return 64;
    }
    size_t length = 0;
    unsigned char *bytes = read_whole_file(argv[3], &length);
    if (bytes == NULL) {
        perror(argv[3]);
        return 1;
    }
    const char *json = argc == 5 ? argv[4] : NULL;
    int result = 1;
    kyso_context *context = NULL;
    kyso_key *key = NULL;
    kyso_error *error = NULL;
    kyso_status status = kyso_context_new("{\"lang\":\"en\"}", 13, &context, &error);
    if (status == KYSO_STATUS_OK) status = kyso_key_pkcs12(bytes, length, password, strlen(password), &key, &error);
    if (status == KYSO_STATUS_OK) {
        status = kyso_sign_xml_file(context, argv[1], strlen(argv[1]), argv[2], strlen(argv[2]), key, json,
                                    json == NULL ? 0 : strlen(json), &error);
    }
    if (status == KYSO_STATUS_OK) {
        result = 0;
    } else {
        tell(argv[1], status, error);
    }
    free(bytes);
    kyso_key_free(key);
    kyso_context_free(context);
    return result;
}
