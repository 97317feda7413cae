/** Where users are, and their clients' tokens. */
@NullMarked
package io.hawser.center.user;

import org.jspecify.annotations.NullMarked;
