/* The worker pool behind ck_parallel: the one place with threads.

   One loop runs at a time (`busy`). Its state is one atomic word, `claim` = generation << 40 | chunks not yet taken. A
   thread takes a chunk by a compare-and-swap that counts the word down. Only then does it read `job`, which cannot
   change before that chunk is reported done in `pending`. So a worker that sleeps at the wrong moment holds nothing up
   unless it has taken a chunk, and a worker waking late from an older loop simply takes part in the new one.

   Sleeping follows one pattern on both sides: the sleeper announces itself, then looks again, then waits; the other side
   changes the state, then looks for announced sleepers (all sequentially consistent, so one of the two sees the other). */
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "ckernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };
static const int64_t spin_nanoseconds = 40000;
static const uint64_t remaining_mask = ((uint64_t)1 << 40) - 1;

static struct {
    long count;
    void *context;
    void (*body)(void *context, long index);
} job;
static _Atomic uint64_t claim;
static _Atomic long pending;

static atomic_bool busy, stopping, caller_sleeps;
static atomic_int sleeping_workers, wanted_threads;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;

/* Guarded by `busy`. */
static pthread_t workers[MOST_THREADS];
static int worker_count;
static bool started;
static uint64_t generation;

static _Thread_local bool inside_loop;

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool work_offered(void) { return (claim & remaining_mask) != 0 || stopping; }
static bool loop_finished(void) { return pending == 0; }

/* Whether `condition` became true within the spin time. */
static bool spin_until(bool (*condition)(void)) {
    if (condition()) return true;
    int64_t end = nanoseconds() + spin_nanoseconds;
    do {
        for (int i = 0; i < 32; i++) {
            if (condition()) return true;
            pause_briefly();
        }
    } while (nanoseconds() < end);
    return false;
}

static bool take_chunk(long *index) {
    uint64_t word = claim;
    while (word & remaining_mask)
        if (atomic_compare_exchange_weak(&claim, &word, word - 1)) {
            *index = job.count - (long)(word & remaining_mask);
            return true;
        }
    return false;
}

static void run_chunks(void) {
    long index;
    while (take_chunk(&index)) {
        job.body(job.context, index);
        if (atomic_fetch_sub(&pending, 1) == 1 && caller_sleeps) {
            pthread_mutex_lock(&mutex);
            pthread_cond_signal(&done);
            pthread_mutex_unlock(&mutex);
        }
    }
}

static void *worker_main(void *unused) {
    inside_loop = true;
    while (!stopping) {
        run_chunks();
        if (spin_until(work_offered)) continue;
        pthread_mutex_lock(&mutex);
        sleeping_workers++;
        while (!work_offered()) pthread_cond_wait(&wake, &mutex);
        sleeping_workers--;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void wake_workers(long most) {
    long sleepers = sleeping_workers;
    if (sleepers == 0) return;
    pthread_mutex_lock(&mutex);
    if (most >= sleepers) pthread_cond_broadcast(&wake);
    else
        for (long i = 0; i < most; i++) pthread_cond_signal(&wake);
    pthread_mutex_unlock(&mutex);
}

static void start_workers(int threads) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)4 << 20);
    while (worker_count < threads - 1 &&
           pthread_create(&workers[worker_count], &attributes, worker_main, NULL) == 0)
        worker_count++;
    pthread_attr_destroy(&attributes);
    started = true;
}

static void stop_workers(void) {
    stopping = true;
    wake_workers(MOST_THREADS);
    while (worker_count > 0) pthread_join(workers[--worker_count], NULL);
    stopping = false;
    started = false;
}

static bool become_busy(void) {
    bool expected = false;
    return atomic_compare_exchange_strong(&busy, &expected, true);
}

static void wait_for_others(void) {
    if (spin_until(loop_finished)) return;
    pthread_mutex_lock(&mutex);
    caller_sleeps = true;
    while (!loop_finished()) pthread_cond_wait(&done, &mutex);
    caller_sleeps = false;
    pthread_mutex_unlock(&mutex);
}

void ck_parallel(long count, void *context, void (*body)(void *context, long index)) {
    if (count <= 1 || inside_loop || (uint64_t)count > remaining_mask || ck_pool_threads() == 1 || !become_busy()) {
        for (long i = 0; i < count; i++) body(context, i);
        return;
    }
    if (!started) start_workers(ck_pool_threads());
    job.count = count;
    job.context = context;
    job.body = body;
    pending = count;
    claim = ++generation << 40 | (uint64_t)count;
    wake_workers(count - 1);
    inside_loop = true;
    run_chunks();
    inside_loop = false;
    wait_for_others();
    busy = false;
}

static int processors(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int ck_pool_threads(void) {
    int threads = wanted_threads;
    if (threads > 0) return threads;
    threads = processors();
    threads = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    int unset = 0;
    return atomic_compare_exchange_strong(&wanted_threads, &unset, threads) ? threads : unset;
}

void ck_pool_set_threads(int threads) {
    if (inside_loop) return; /* a worker cannot wait for itself */
    while (!become_busy()) sched_yield();
    stop_workers();
    wanted_threads = threads < 0 ? 0 : threads > MOST_THREADS ? MOST_THREADS : threads;
    busy = false;
}
