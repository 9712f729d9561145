/*
 * A PKCS#11 module between kyso and SoftHSM, for what SoftHSM never does: it counts wrong PINs and locks, can be told to
 * fail at any call, and writes down every call that matters.
 *
 *   KYSO_SHIM_REAL   path of the module behind
 *   KYSO_SHIM_LOG    file to which a line is added for each call: "C_Login 1 0x0"
 *   KYSO_SHIM_TRIES  file with the number of wrong PINs so far; three lock the token
 *   KYSO_SHIM_FAIL   "C_Sign 3 0x32": the third C_Sign, and every later one, fails with CKR_DEVICE_REMOVED
 *   KYSO_SHIM_GONE   with KYSO_SHIM_FAIL: from then on no token is in
 *   KYSO_SHIM_ONLY   number of the only mechanism that is offered
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long word;
typedef word (*any)();

/* CK_FUNCTION_LIST of PKCS #11 v2.40: a version and 68 functions. */
struct list {
    unsigned char major, minor;
    any at[68];
};
enum {
    INITIALIZE = 0,
    GET_FUNCTION_LIST = 3,
    GET_TOKEN_INFO = 6,
    GET_MECHANISM_LIST = 7,
    OPEN_SESSION = 12,
    GET_SESSION_INFO = 15,
    LOGIN = 18,
    LOGOUT = 19,
    SIGN_INIT = 42,
    SIGN = 43,
};

#define COUNT_LOW 0x10000UL
#define FINAL_TRY 0x20000UL
#define LOCKED 0x40000UL
#define CKR_DEVICE_REMOVED 0x32UL
#define CKR_PIN_INCORRECT 0xA0UL
#define CKR_PIN_LOCKED 0xA4UL
#define CKR_TOKEN_NOT_PRESENT 0xE0UL

static struct list *real;
static struct list ours;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int failing;

static word note(const char *name, word detail, word answer) {
    const char *path = getenv("KYSO_SHIM_LOG");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s %lu 0x%lX\n", name, detail, answer);
        fclose(file);
    }
    return answer;
}

/* The answer that is asked for at this call of the function, or 0. */
static word told(const char *name) {
    static struct {
        char name[32];
        long calls;
    } seen[16];
    const char *plan = getenv("KYSO_SHIM_FAIL");
    char which[32];
    long nth, calls = 0;
    word answer;
    if (!plan || sscanf(plan, "%31s %ld %lx", which, &nth, &answer) != 3 || strcmp(which, name))
        return 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 16; i++)
        if (!seen[i].name[0] || !strcmp(seen[i].name, name)) {
            snprintf(seen[i].name, sizeof seen[i].name, "%s", name);
            calls = ++seen[i].calls;
            break;
        }
    failing = failing || calls >= nth;
    pthread_mutex_unlock(&lock);
    return calls >= nth ? note(name, 0, answer) : 0;
}

static long tries(long change) {
    const char *path = getenv("KYSO_SHIM_TRIES");
    long count = 0;
    FILE *file = path ? fopen(path, "r") : NULL;
    if (file) {
        if (fscanf(file, "%ld", &count) != 1)
            count = 0;
        fclose(file);
    }
    if (path && change) {
        count = change > 0 ? count + 1 : 0;
        if ((file = fopen(path, "w"))) {
            fprintf(file, "%ld\n", count);
            fclose(file);
        }
    }
    return count;
}

static word initialize(void *arguments) {
    return note("C_Initialize", 0, real->at[INITIALIZE](arguments));
}

static word get_token_info(word slot, unsigned char *info) {
    if (failing && getenv("KYSO_SHIM_GONE"))
        return CKR_TOKEN_NOT_PRESENT;
    word answer = real->at[GET_TOKEN_INFO](slot, info);
    if (!answer && getenv("KYSO_SHIM_TRIES")) {
        word flags;
        long count = tries(0);
        memcpy(&flags, info + 96, sizeof flags);
        flags &= ~(COUNT_LOW | FINAL_TRY | LOCKED);
        flags |= count >= 3 ? LOCKED : count == 2 ? FINAL_TRY | COUNT_LOW : count ? COUNT_LOW : 0;
        memcpy(info + 96, &flags, sizeof flags);
    }
    return answer;
}

static word get_mechanism_list(word slot, word *list, word *count) {
    const char *only = getenv("KYSO_SHIM_ONLY");
    if (!only)
        return real->at[GET_MECHANISM_LIST](slot, list, count);
    if (list)
        *list = strtoul(only, NULL, 0);
    *count = 1;
    return 0;
}

static word open_session(word slot, word flags, void *application, void *notify, word *session) {
    word answer = told("C_OpenSession");
    if (!answer)
        answer = real->at[OPEN_SESSION](slot, flags, application, notify, session);
    return note("C_OpenSession", slot, answer);
}

static word get_session_info(word session, void *info) {
    word answer = told("C_GetSessionInfo");
    return answer ? answer : real->at[GET_SESSION_INFO](session, info);
}

static word login(word session, word user, unsigned char *pin, word length) {
    word answer = told("C_Login");
    if (!answer && getenv("KYSO_SHIM_TRIES") && tries(0) >= 3)
        answer = CKR_PIN_LOCKED;
    if (!answer) {
        answer = real->at[LOGIN](session, user, pin, length);
        if (answer == CKR_PIN_INCORRECT)
            tries(1);
        if (!answer)
            tries(-1);
    }
    return note("C_Login", user, answer);
}

static word logout(word session) {
    return note("C_Logout", 0, real->at[LOGOUT](session));
}

static word sign_init(word session, word *mechanism, word key) {
    word answer = told("C_SignInit");
    if (!answer)
        answer = real->at[SIGN_INIT](session, mechanism, key);
    return note("C_SignInit", *mechanism, answer);
}

static word sign(word session, void *data, word length, void *value, word *value_length) {
    word answer = value ? told("C_Sign") : 0;
    if (!answer)
        answer = real->at[SIGN](session, data, length, value, value_length);
    return value ? note("C_Sign", length, answer) : answer;
}

word C_GetFunctionList(struct list **out) {
    pthread_mutex_lock(&lock);
    if (!real) {
        void *library = dlopen(getenv("KYSO_SHIM_REAL"), RTLD_NOW);
        any get = library ? (any)dlsym(library, "C_GetFunctionList") : NULL;
        if (!get || get(&real)) {
            fprintf(stderr, "shim: %s\n", dlerror());
            exit(97);
        }
        ours = *real;
        ours.at[INITIALIZE] = initialize;
        ours.at[GET_FUNCTION_LIST] = C_GetFunctionList;
        ours.at[GET_TOKEN_INFO] = get_token_info;
        ours.at[GET_MECHANISM_LIST] = get_mechanism_list;
        ours.at[OPEN_SESSION] = open_session;
        ours.at[GET_SESSION_INFO] = get_session_info;
        ours.at[LOGIN] = login;
        ours.at[LOGOUT] = logout;
        ours.at[SIGN_INIT] = sign_init;
        ours.at[SIGN] = sign;
    }
    pthread_mutex_unlock(&lock);
    *out = &ours;
    return 0;
}
