@NullMarked
package io.hawser.keeper.cli;

import org.jspecify.annotations.NullMarked;
