@NullMarked
package io.hawser.dispatcher;

import org.jspecify.annotations.NullMarked;
