/** Typed configuration: YAML from several sources, merged and bound over the defaults of a record. */
@NullMarked
package io.hawser.keeper.config;

import org.jspecify.annotations.NullMarked;
