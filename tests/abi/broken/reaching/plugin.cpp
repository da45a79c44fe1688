// What the include gate must refuse: a header of the engine.
#include "clock.hpp"
