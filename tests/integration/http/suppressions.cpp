// libpistache is not instrumented, so ThreadSanitizer does not see what orders its own threads: not the
// count by which it drops the last reference to a connection, nor its queues. What it calls by itself
// (free, memset) is therefore not judged; our handlers that it calls are.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:_Sp_counted_ptr_inplace<ebra::Connection*_M_dispose\n"
           "race:_Sp_counted_ptr_inplace<ebra::Connection*_M_destroy\n"
           "called_from_lib:libpistache.so\n";
}
#endif
