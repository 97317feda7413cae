/** One attempt to hand something to an app's back end, by the Standard Webhooks specification. */
@NullMarked
package io.hawser.coordinator.webhook;

import org.jspecify.annotations.NullMarked;
