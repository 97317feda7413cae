@NullMarked
package io.hawser.coordinator;

import org.jspecify.annotations.NullMarked;
