/** Commands, without a platform. */
@NullMarked
package io.hawser.standalone.command;

import org.jspecify.annotations.NullMarked;
