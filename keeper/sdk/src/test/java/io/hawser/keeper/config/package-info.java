@NullMarked
package io.hawser.keeper.config;

import org.jspecify.annotations.NullMarked;
