/* OpenSSL's check of leaf.cer under root.cer and issuing.cer with root.crl and issuing.crl, all in the current folder, as
   `openssl verify -CAfile -CRLfile -crl_check_all` does it, through the library.

   verify SECONDS ROUNDS BATCH: prints the CPU microseconds of a check that reads everything from DER in memory, and of one with
   a store that is kept and a leaf that is read; medians of ROUNDS, each of BATCH checks. */
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct der { unsigned char bytes[8192]; long length; };

static struct der root, issuing, leaf, root_list, issuing_list;
static time_t at;

static void fail(const char *what) { fprintf(stderr, "%s\n", what); exit(1); }

static void load(const char *name, struct der *into) {
    FILE *file = fopen(name, "rb");
    if (!file) fail(name);
    into->length = (long)fread(into->bytes, 1, sizeof into->bytes, file);
    fclose(file);
}

static X509 *certificate(const struct der *from) {
    const unsigned char *at = from->bytes;
    X509 *read = d2i_X509(NULL, &at, from->length);
    if (!read) fail("no certificate");
    return read;
}

static void add_list(X509_STORE *store, const struct der *from) {
    const unsigned char *at = from->bytes;
    X509_CRL *list = d2i_X509_CRL(NULL, &at, from->length);
    if (!list || !X509_STORE_add_crl(store, list)) fail("no list");
    X509_CRL_free(list);
}

struct kept { X509_STORE *store; STACK_OF(X509) *others; };

static struct kept read_all(void) {
    struct kept kept = { X509_STORE_new(), sk_X509_new_null() };
    X509 *anchor = certificate(&root);
    X509_STORE_add_cert(kept.store, anchor);
    X509_free(anchor);
    add_list(kept.store, &root_list);
    add_list(kept.store, &issuing_list);
    sk_X509_push(kept.others, certificate(&issuing));
    X509_VERIFY_PARAM *param = X509_STORE_get0_param(kept.store);
    X509_VERIFY_PARAM_set_time(param, at);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return kept;
}

static void check(struct kept kept) {
    X509 *subject = certificate(&leaf);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!X509_STORE_CTX_init(context, kept.store, subject, kept.others)) fail("no context");
    if (X509_verify_cert(context) != 1) fail(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    X509_STORE_CTX_free(context);
    X509_free(subject);
}

static void forget(struct kept kept) {
    X509_STORE_free(kept.store);
    sk_X509_pop_free(kept.others, X509_free);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, int count) {
    qsort(times, (size_t)count, sizeof *times, ascending);
    return times[count / 2];
}

int main(int argc, char **argv) {
    if (argc != 4) fail("verify SECONDS ROUNDS BATCH");
    at = (time_t)atoll(argv[1]);
    int rounds = atoi(argv[2]), batch = atoi(argv[3]);
    load("root.cer", &root);
    load("issuing.cer", &issuing);
    load("leaf.cer", &leaf);
    load("root.crl", &root_list);
    load("issuing.crl", &issuing_list);
    double *cold = calloc((size_t)rounds, sizeof *cold), *warm = calloc((size_t)rounds, sizeof *warm);
    struct kept kept = read_all();
    check(kept);
    for (int round = 0; round < rounds; round++) {
        double start = now();
        for (int n = 0; n < batch; n++) {
            struct kept fresh = read_all();
            check(fresh);
            forget(fresh);
        }
        double middle = now();
        for (int n = 0; n < batch; n++) check(kept);
        cold[round] = (middle - start) / batch;
        warm[round] = (now() - middle) / batch;
    }
    printf("%f %f\n", median(cold, rounds), median(warm, rounds));
    forget(kept);
    free(cold);
    free(warm);
    return 0;
}
