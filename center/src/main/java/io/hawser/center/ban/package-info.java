/** The calls about bans: an app's own, and the operators' of whole networks. */
@NullMarked
package io.hawser.center.ban;

import org.jspecify.annotations.NullMarked;
