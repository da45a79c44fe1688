// libpistache is not instrumented: where it drops the last reference to a connection,
// ThreadSanitizer does not see the count that orders this after all other uses.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:_Sp_counted_ptr_inplace<ebra::Connection*_M_dispose\n";
}
#endif
