@NullMarked
package io.hawser.standalone;

import org.jspecify.annotations.NullMarked;
