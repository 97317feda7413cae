/** What every service embeds: its start and end, its configuration, its name, its peers, its metrics. */
@NullMarked
package io.hawser.keeper;

import org.jspecify.annotations.NullMarked;
