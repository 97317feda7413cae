/** What clients send up to the apps' back ends: checked, carried to a coordinator, and answered once it is stored. */
@NullMarked
package io.hawser.room.uplink;

import org.jspecify.annotations.NullMarked;
