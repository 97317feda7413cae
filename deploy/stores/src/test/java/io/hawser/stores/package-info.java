@NullMarked
package io.hawser.stores;

import org.jspecify.annotations.NullMarked;
