@NullMarked
package io.hawser.keeper.revision;

import org.jspecify.annotations.NullMarked;
