/** What harms a mail host with snapshots, found in its settings and on its disks. */
@NullMarked
package org.mailtimemachine.command.doctor;

import org.jspecify.annotations.NullMarked;
