/// @file
/// Named points at which a test kills this process with SIGKILL, or freezes it with SIGSTOP until
/// somebody sends SIGCONT. Compiled into test builds only (EBRA_FAULT_POINTS); elsewhere
/// fault_point() is nothing.
///
/// EBRA_ABORT_AT=name:n kills at the n-th passage of the point called `name` (n from 1);
/// EBRA_STOP_AT=name:n freezes there.
#pragma once

namespace ebra {

#ifdef EBRA_FAULT_POINTS
void fault_point(const char* name);
#else
inline void fault_point(const char*) {}
#endif

}  // namespace ebra
