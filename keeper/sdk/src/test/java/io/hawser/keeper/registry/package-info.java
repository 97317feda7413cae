@NullMarked
package io.hawser.keeper.registry;

import org.jspecify.annotations.NullMarked;
