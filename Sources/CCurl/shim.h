// libcurl, with one typed wrapper for each kind of option: Swift can't call variadic functions.
#pragma once
#include <curl/curl.h>
