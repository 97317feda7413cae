/** How the apps of a room share what its event loops have: none takes what another needs (rule R7). */
@NullMarked
package io.hawser.room.fair;

import org.jspecify.annotations.NullMarked;
