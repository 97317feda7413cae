/** The API over real sockets, in front of a platform of fakes. */
@NullMarked
package io.hawser.center;

import org.jspecify.annotations.NullMarked;
