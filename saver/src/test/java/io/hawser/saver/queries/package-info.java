@NullMarked
package io.hawser.saver.queries;

import org.jspecify.annotations.NullMarked;
