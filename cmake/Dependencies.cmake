# SPDX-License-Identifier: Apache-2.0
# What more than one folder needs.
find_package(PkgConfig REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(LIBKMOD REQUIRED IMPORTED_TARGET libkmod)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
# By name, not by the shared object's path: the agent is linked statically.
set_target_properties(PkgConfig::JANSSON PROPERTIES INTERFACE_LINK_LIBRARIES "${JANSSON_LIBRARIES}")
set_target_properties(PkgConfig::CHECK PROPERTIES INTERFACE_LINK_LIBRARIES "${CHECK_LIBRARIES}")
set_target_properties(PkgConfig::NETTLE PROPERTIES INTERFACE_LINK_LIBRARIES "${NETTLE_LIBRARIES}")
