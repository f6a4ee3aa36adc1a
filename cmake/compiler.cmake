# Warnings, optimisation and sanitizers that every target shares, and the helper that makes one library of one folder.
add_library(cathgate_options INTERFACE)
target_compile_options(cathgate_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
target_include_directories(cathgate_options INTERFACE ${PROJECT_SOURCE_DIR})
if(CATHGATE_SANITIZE)
  target_compile_options(cathgate_options INTERFACE -fsanitize=${CATHGATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(cathgate_options INTERFACE -fsanitize=${CATHGATE_SANITIZE})
  if(CATHGATE_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(cathgate_options INTERFACE -Wno-tsan)  # Asio's fences are beyond GCC's ThreadSanitizer
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# cathgate_library(folder USES targets... [PRIVATE targets...] [EXCLUDE files...])
# All .cpp files directly inside the folder become the static library cathgate_<folder>.
function(cathgate_library folder)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  foreach(file ${ARG_EXCLUDE})
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${folder}/${file})
  endforeach()
  if(NOT sources)  # under construction
    add_library(cathgate_${folder} INTERFACE)
    target_link_libraries(cathgate_${folder} INTERFACE cathgate_options ${ARG_USES} ${ARG_PRIVATE})
    return()
  endif()
  add_library(cathgate_${folder} STATIC ${sources})
  target_link_libraries(cathgate_${folder} PUBLIC cathgate_options ${ARG_USES} PRIVATE ${ARG_PRIVATE})
endfunction()
