@NullMarked
package io.hawser.center.message;

import org.jspecify.annotations.NullMarked;
