# ebra_warnings: an interface target that every target of this project links privately.
add_library(ebra_warnings INTERFACE)
target_compile_options(ebra_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wnon-virtual-dtor -Woverloaded-virtual>)

# Hardening that costs little; _FORTIFY_SOURCE needs optimisation, and sanitizers bring their own checks.
if(NOT EBRA_SANITIZE)
  target_compile_options(ebra_warnings INTERFACE -fstack-protector-strong -fcf-protection)
  target_compile_definitions(ebra_warnings INTERFACE
    $<$<CONFIG:Release>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS)
  target_link_options(ebra_warnings INTERFACE -Wl,-z,relro,-z,now)
else()
  string(REPLACE "," ";" EBRA_SANITIZERS "${EBRA_SANITIZE}")
  foreach(sanitizer IN LISTS EBRA_SANITIZERS)
    add_compile_options(-fsanitize=${sanitizer} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizer})
  endforeach()
  if("undefined" IN_LIST EBRA_SANITIZERS)
    # These four double the time to compile, and say little beside the others: AddressSanitizer stops at what
    # a null pointer touches, and -O0 knows no object's size.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=null,alignment,object-size,vptr)
  endif()
  if("thread" IN_LIST EBRA_SANITIZERS)
    # gcc 12 warns that TSan does not model atomic_thread_fence; libraries' headers use it.
    add_compile_options(-Wno-tsan)
  endif()
endif()
