/** Commands that speak with a running platform, as an app's back end or an app's client does. */
@NullMarked
package io.hawser.standalone.command;

import org.jspecify.annotations.NullMarked;
