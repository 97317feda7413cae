/** Two rooms, a register and a coordinator in this process, and clients that want the same. */
@NullMarked
package io.hawser.standalone.race;

import org.jspecify.annotations.NullMarked;
