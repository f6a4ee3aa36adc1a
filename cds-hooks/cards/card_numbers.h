// Numbers as a card prints them: rounded for reading, never across a threshold, and independent of the locale.
#pragma once

#include <string>

namespace cathgate::cds_hooks {

// At least four significant digits, and more while rounding would land on a rounder number than the value is: 1.6968326
// is "1.697", but 0.80004 stays "0.80004" and 29.9996 stays "29.9996", so that a value and a cut-off never look equal.
void append_number(std::string& out, double value);
// "26.5" for 26.512: one decimal, and more by the same principle: 5.04 stays "5.04". The sign is the language's.
void append_percent_number(std::string& out, double percent);

}  // namespace cathgate::cds_hooks
