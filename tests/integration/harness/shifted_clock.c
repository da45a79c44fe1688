/* A wall clock that is wrong by SHIFT_S seconds, for a process that has this preloaded. Every other clock is
 * left as it is: nobody sets those. (libfaketime meets its own calls again in some processes and hangs.) */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t shift_s(void) {
    const char *text = getenv("SHIFT_S");
    return text == NULL ? 0 : (time_t)atol(text);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += shift_s();
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec read;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &read) != 0) return -1;
    now->tv_sec = read.tv_sec;
    now->tv_usec = read.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *where) {
    struct timespec read;
    if (clock_gettime(CLOCK_REALTIME, &read) != 0) return (time_t)-1;
    if (where != NULL) *where = read.tv_sec;
    return read.tv_sec;
}
