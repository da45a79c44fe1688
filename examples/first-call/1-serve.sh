SIMULATOR_AUTO_CALLBACK=true build/release/bin/ebra serve
