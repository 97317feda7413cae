@NullMarked
package io.hawser.register;

import org.jspecify.annotations.NullMarked;
