include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS headscore EXPORT headscoreTargets)
if(TARGET headscore_program)
  install(TARGETS headscore_program)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/headscore" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/targets" "${PROJECT_SOURCE_DIR}/data" DESTINATION "${CMAKE_INSTALL_DATADIR}/headscore")
set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/headscore")
install(EXPORT headscoreTargets NAMESPACE headscore:: DESTINATION "${config_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/headscoreConfig.cmake.in" "${PROJECT_BINARY_DIR}/headscoreConfig.cmake"
  INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/headscoreConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/headscoreConfig.cmake" "${PROJECT_BINARY_DIR}/headscoreConfigVersion.cmake"
  DESTINATION "${config_dir}")
