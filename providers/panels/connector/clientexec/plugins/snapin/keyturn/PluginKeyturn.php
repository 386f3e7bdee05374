<?php

use Keyturn\Connector\ClientExec\Visit;

// Not there if somebody asked the web server for this file, which then does nothing and says nothing of where it lies.
if ((@include_once 'modules/admin/models/SnapinPlugin.php') === false) {
    return;
}

/**
 * The snapin that ClientExec lists under Settings > Plugins > Snapins. It adds no menu entry and no page of its own: its view only
 * hands ClientExec's settings to a letter that is waiting in connector.php.
 */
class PluginKeyturn extends SnapinPlugin
{
    public $title = 'Keyturn';

    /** The snapin has nothing to set: everything is in its pairing.php. */
    public function getVariables()
    {
        return [
            'Plugin Name' => [
                'type' => 'hidden',
                'description' => 'How ClientExec names this snapin',
                'value' => 'Keyturn',
            ],
        ];
    }

    public function init()
    {
        $this->setDescription('Lets Keyturn read, write and check the DomainNameAPI credential from inside ClientExec.');
        $this->addMappingView('view', '');
    }

    /** Reached through ClientExec's own dispatcher. Without a waiting letter, as in a browser, there is nothing to see. */
    public function view()
    {
        $this->overrideTemplate = true;
        // Asked for without loading anything: on a visit by browser the connector's classes are not there.
        if (class_exists(Visit::class, false)) {
            Visit::reached($this->settings);
        }
        return '';
    }
}
