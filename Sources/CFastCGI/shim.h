// libfcgi's wire definitions. The library itself is not linked: its accept loop blocks a thread.
#pragma once
#include <fastcgi.h>
