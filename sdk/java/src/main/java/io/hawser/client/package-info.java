/** The client: {@link io.hawser.client.PushClient} receives a user's messages on a phone, a PC or a device. */
@NullMarked
package io.hawser.client;

import org.jspecify.annotations.NullMarked;
