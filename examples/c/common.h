/* What the examples need: an error told, a file read, a path put into JSON. */
#ifndef KYSO_EXAMPLES_COMMON_H
#define KYSO_EXAMPLES_COMMON_H

#include <kyso.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says why a call failed, and frees the error. */
static inline void tell(const char *what, kyso_status status, kyso_error *error) {
    const char *code = "", *message = "", *place = "";
    size_t length = 0;
    if (error != NULL) {
        kyso_error_code(error, &code, &length);
        kyso_error_message(error, &message, &length);
        kyso_error_place(error, &place, &length);
    }
    fprintf(stderr, "%s: status %d [%s] %s%s%s\n", what, (int)status, code, message, *place ? ", at " : "", place);
    kyso_error_free(error);
}

/* Appends `text` as a JSON string. Returns the new end, or NULL where there is no room. */
static inline char *json_string(char *to, const char *end, const char *text) {
    if (end - to < 3) return NULL;
    *to++ = '"';
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (end - to < 8) return NULL;
        if (c == '"' || c == '\\') {
            *to++ = '\\';
            *to++ = (char)c;
        } else if (c < 0x20) {
            to += snprintf(to, 7, "\\u%04x", c);
        } else {
            *to++ = (char)c;
        }
    }
    *to++ = '"';
    *to = '\0';
    return to;
}

/* Reads a file of at most 1 MiB. The caller frees it. */
static inline unsigned char *read_whole_file(const char *path, size_t *length) {
    const size_t most = 1 << 20;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    unsigned char *bytes = malloc(most);
    if (bytes != NULL) *length = fread(bytes, 1, most, file);
    fclose(file);
    return bytes;
}

#endif
