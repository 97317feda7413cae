@NullMarked
package io.hawser.keeper;

import org.jspecify.annotations.NullMarked;
