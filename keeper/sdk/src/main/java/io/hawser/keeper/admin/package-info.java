/** The admin pages of a service over HTTP. */
@NullMarked
package io.hawser.keeper.admin;

import org.jspecify.annotations.NullMarked;
