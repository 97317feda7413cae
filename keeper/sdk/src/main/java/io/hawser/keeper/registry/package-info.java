/** Who an instance is, and who else is alive: names, incarnations, registrations, views. */
@NullMarked
package io.hawser.keeper.registry;

import org.jspecify.annotations.NullMarked;
