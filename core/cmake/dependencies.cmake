# Every library Ebra uses, by its Debian 12 package. Targets link only what they need.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)                                        # libboost-dev (Boost.DLL, headers only)
find_package(OpenSSL 3 REQUIRED)                                         # libssl-dev
find_package(nlohmann_json 3.11 REQUIRED)                                # nlohmann-json3-dev
find_package(spdlog 1.10 REQUIRED)                                       # libspdlog-dev
find_package(tomlplusplus 3 REQUIRED)                                    # libtomlplusplus-dev
find_package(CLI11 2.1 REQUIRED)                                         # libcli11-dev
find_package(prometheus-cpp REQUIRED)                                    # prometheus-cpp-dev
pkg_check_modules(PISTACHE REQUIRED IMPORTED_TARGET libpistache)         # libpistache-dev
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)        # libsqlite3-dev
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx>=6.4 libpqxx<7)   # libpqxx-dev
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq>=14)                 # libpq-dev
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)           # libcurl4-openssl-dev
find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)                   # libphonenumber-dev
find_library(PROTOBUF_LIBRARY protobuf REQUIRED)                         # libprotobuf-dev
find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)                         # libjemalloc-dev
if(EBRA_BUILD_TESTS)
  find_package(GTest REQUIRED)                                      # libgtest-dev libgmock-dev
  find_package(benchmark REQUIRED)                                   # libbenchmark-dev
  find_library(BOOST_CONTEXT_LIBRARY boost_context REQUIRED)         # libboost-context-dev
endif()
