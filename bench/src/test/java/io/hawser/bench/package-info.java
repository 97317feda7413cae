@NullMarked
package io.hawser.bench;

import org.jspecify.annotations.NullMarked;
