<?php

switch (\Keyturn\Host\config('saver', 'factory')) {
    case 'factory':
        final class ModuleFactory extends ModuleFactoryBase
        {
            public function saveModuleConfiguration($id, $configuration)
            {
                ModuleRows::save((int) $id, $configuration);
            }
        }
        break;
    case 'forgetful':
        final class ModuleFactory extends ModuleFactoryBase
        {
            /** Keeps the fields that the module declares and drops all others. */
            public function saveModuleConfiguration($id, $configuration)
            {
                $declared = ['username' => 0, 'password' => 0, 'testmode' => 0];
                ModuleRows::save((int) $id, array_intersect_key($configuration, $declared));
            }
        }
        break;
    default:
        final class ModuleFactory extends ModuleFactoryBase
        {
        }
}
