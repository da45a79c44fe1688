build/release/bin/ebra inspect 01a20e61-8901-7359-ad5a-e3398e598d98
