# Debian 12's packages. Each heavy library has one home: see docs/ARCHITECTURE.md.
set(CMAKE_THREAD_PREFER_PTHREAD ON)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(tomlplusplus REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)

find_path(RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})
# Its vector code reads whole 16-byte blocks, past the end of a text: harmless, but an error to AddressSanitizer.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT CATHGATE_SANITIZE)
  target_compile_definitions(rapidjson INTERFACE RAPIDJSON_SSE2)
endif()

# cjose's headers have no guard for C++ in every version, and its pkg-config file names jansson.
find_path(CJOSE_INCLUDE cjose/cjose.h REQUIRED)
find_library(CJOSE cjose REQUIRED)
find_library(JANSSON jansson REQUIRED)
add_library(cjose INTERFACE)
target_include_directories(cjose SYSTEM INTERFACE ${CJOSE_INCLUDE})
target_link_libraries(cjose INTERFACE ${CJOSE} ${JANSSON} OpenSSL::Crypto)

# SOCI has no usable CMake package in Debian 12.
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE soci_sqlite3 REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
find_library(PQ pq REQUIRED)
find_path(PQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_library(SQLITE sqlite3 REQUIRED)
add_library(soci INTERFACE)
target_include_directories(soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/soci ${PQ_INCLUDE})
target_link_libraries(soci INTERFACE ${SOCI_SQLITE} ${SOCI_POSTGRESQL} ${SOCI_CORE} ${SQLITE} ${PQ})

add_library(beast INTERFACE)
target_link_libraries(beast INTERFACE Boost::url OpenSSL::SSL Threads::Threads)
target_compile_definitions(beast INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)
# GCC 12 takes the frame allocator of Asio's coroutines for a mismatch once it has inlined it.
target_compile_options(beast INTERFACE -Wno-mismatched-new-delete)

# XGBoost's C API; Debian's package brings no CMake file that works without its own build.
find_path(XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
find_library(XGBOOST xgboost REQUIRED)
add_library(xgboost INTERFACE)
target_include_directories(xgboost SYSTEM INTERFACE ${XGBOOST_INCLUDE})
target_link_libraries(xgboost INTERFACE ${XGBOOST})
